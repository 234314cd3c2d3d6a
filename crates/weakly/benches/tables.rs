//! The weak containers, operation by operation, against weak-table and a plain hash map.
#![allow(missing_docs, reason = "criterion's macros make public items")]

mod contenders;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};

use contenders::{Locked, Registry, filled, hashbrown, shuffled, weak_table};

const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];

fn tables(criterion: &mut Criterion) {
    for size in SIZES {
        let mut values = criterion.benchmark_group("weak values");
        contender::<weak_table::Values>(&mut values, "weak-table", size);
        contender::<Locked<weak_table::Values>>(&mut values, "weak-table in a Mutex", size);
        contender::<hashbrown::Values>(&mut values, "hashbrown by hand", size);
        values.finish();

        let mut keys = criterion.benchmark_group("weak keys by value");
        contender::<weak_table::Keys>(&mut keys, "weak-table", size);
        contender::<Locked<weak_table::Keys>>(&mut keys, "weak-table in a Mutex", size);
        keys.finish();

        let mut identities = criterion.benchmark_group("weak set by identity");
        contender::<weak_table::Identities>(&mut identities, "weak-table", size);
        contender::<Locked<weak_table::Identities>>(&mut identities, "weak-table in a Mutex", size);
        contender::<hashbrown::Identities>(&mut identities, "hashbrown by hand", size);
        identities.finish();
    }
}

/// All operations of one contender at one size.
fn contender<R: Registry>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, size: usize) {
    group.warm_up_time(Duration::from_millis(30));
    group.measurement_time(Duration::from_millis(120));
    group.sample_size(10);
    let id = |operation: &str| BenchmarkId::new(format!("{operation}, {name}"), size);

    let owners: Vec<_> = (0..size as u64).map(R::own).collect();
    group.bench_function(id("insert"), |bencher| {
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
    group.bench_function(id("get"), |bencher| {
        bencher.iter(|| {
            let at = *visits.next().expect("a cycle has no end");
            registry.contains(black_box(at as u64), &owners[at])
        });
    });
    let absent: Vec<_> = (0..1000).map(|id| R::own((size + id) as u64)).collect();
    let mut visits = (0..1000).cycle();
    group.bench_function(id("miss"), |bencher| {
        bencher.iter(|| {
            let at = visits.next().expect("a cycle has no end");
            registry.contains(black_box((size + at) as u64), &absent[at])
        });
    });
    group.bench_function(id("iterate"), |bencher| {
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

criterion_group!(benches, tables);
criterion_main!(benches);
