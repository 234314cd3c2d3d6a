//! The weak containers, operation by operation, against weak-table and a plain hash map.

mod contenders;

use std::hint::black_box;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{Bencher, BenchmarkGroup, BenchmarkId, Criterion};

use ::weakly::{Strong, WeakRef};
use contenders::list::contenders;
use contenders::{Registry, alone, calm, filled, shuffled};

const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];

// Short samples, of which some are likely to be free of what else the machine does.
const WARM_UP: Duration = Duration::from_millis(30);
const MEASUREMENT: Duration = Duration::from_millis(150);
const SAMPLES: usize = 30;

type Bench = fn(&mut BenchmarkGroup<'_, WallTime>, &str, usize);

const CONTENDERS: [(&str, &str, Bench); 15] = contenders!(contender);

fn main() {
    // The last turn is that of the owners.
    let Some(turn) = alone::turn(CONTENDERS.len() + 1) else {
        return;
    };
    let mut criterion = Criterion::default().configure_from_args();
    let Some((kind, name, contender)) = CONTENDERS.get(turn) else {
        return owners(&mut criterion);
    };
    for size in SIZES {
        contender(&mut criterion.benchmark_group(*kind), name, size);
    }
}

/// All operations of one contender at one size.
fn contender<R: Registry>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, size: usize) {
    group.warm_up_time(WARM_UP);
    group.measurement_time(MEASUREMENT);
    group.sample_size(SAMPLES);
    let mut bench = |operation: &str, work: &mut dyn FnMut(&mut Bencher<'_>)| {
        calm::wait();
        let id = BenchmarkId::new(format!("{operation}, {name}"), size);
        group.bench_function(id, work);
    };

    let owners: Vec<_> = (0..size as u64).map(R::own).collect();
    bench("insert", &mut |bencher| {
        bencher.iter_custom(|iterations| {
            let mut elapsed = Duration::ZERO;
            let mut left = iterations as usize;
            while left > 0 {
                let count = left.min(size);
                let mut registry = R::default();
                let begin = Instant::now();
                for (id, owner) in owners[..count].iter().enumerate() {
                    registry.insert(id as u64, owner);
                }
                elapsed += begin.elapsed();
                left -= count;
            }
            elapsed
        });
    });
    drop(owners);

    let (registry, owners) = filled::<R>(size);
    let order = shuffled(size);
    let mut visits = order.iter().cycle();
    bench("get", &mut |bencher| {
        time_each(bencher, || {
            let at = *visits.next().expect("a cycle has no end");
            registry.contains(black_box(at as u64), &owners[at])
        });
    });
    let absent: Vec<_> = (0..1000).map(|id| R::own((size + id) as u64)).collect();
    let mut visits = (0..1000).cycle();
    bench("miss", &mut |bencher| {
        time_each(bencher, || {
            let at = visits.next().expect("a cycle has no end");
            registry.contains(black_box((size + at) as u64), &absent[at])
        });
    });
    bench("iterate", &mut |bencher| {
        bencher.iter_custom(|iterations| {
            let rounds = (iterations as usize).div_ceil(size);
            let begin = Instant::now();
            for _ in 0..rounds {
                black_box(registry.sum());
            }
            begin
                .elapsed()
                .mul_f64(iterations as f64 / (rounds * size) as f64)
        });
    });
}

/// Times short work in calms; its result is dropped within the time.
fn time_each<T>(bencher: &mut Bencher<'_>, mut work: impl FnMut() -> T) {
    bencher.iter_custom(|iterations| calm::timed(iterations, || drop(black_box(work()))));
}

/// Owners and references without any container.
fn owners(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("owner");
    group.warm_up_time(WARM_UP);
    group.measurement_time(MEASUREMENT);
    group.sample_size(SAMPLES);
    group.bench_function("new and drop, Arc", |bencher| {
        time_each(bencher, || Arc::new(black_box(1_u64)));
    });
    group.bench_function("new and drop, Strong", |bencher| {
        time_each(bencher, || Strong::new(black_box(1_u64)));
    });
    let arc = Arc::new(1_u64);
    let std_weak = Arc::downgrade(&arc);
    group.bench_function("upgrade and drop, std Weak", |bencher| {
        time_each(bencher, || black_box(&std_weak).upgrade());
    });
    let strong = Strong::new(1_u64);
    let weak_ref = WeakRef::new(&strong);
    group.bench_function("upgrade and drop, WeakRef", |bencher| {
        time_each(bencher, || black_box(&weak_ref).upgrade());
    });
    group.bench_function("weak reference, std Weak", |bencher| {
        time_each(bencher, || Arc::downgrade(black_box(&arc)));
    });
    group.bench_function("weak reference, WeakRef", |bencher| {
        time_each(bencher, || WeakRef::new(black_box(&strong)));
    });
    let mutex = Mutex::new(1_u64);
    group.bench_function("lock and unlock, std Mutex", |bencher| {
        time_each(bencher, || *black_box(&mutex).lock().unwrap());
    });
    group.finish();
}
