use std::collections::VecDeque;

use super::entries::STEP;
use super::*;

type Pointer = std::ptr::NonNull<u8>;

#[test]
fn an_entry_of_two_pointers_takes_24_bytes() {
    assert_eq!(size_of::<Entry<Pointer, Pointer>>(), 24);
    assert_eq!(size_of::<Entry<Pointer, ()>>(), 16);
    assert_eq!(size_of::<Line>(), 8);
}

#[test]
fn entries_that_come_and_go_take_no_more_room() {
    let mut table = Table::new();
    for n in 0..100 {
        table.insert(n, n, ());
    }
    let capacity = table.capacity();
    for n in 100..100_000 {
        let slot = table.find(n - 100, |&key, ()| key == n - 100);
        table.remove(slot.expect("it was inserted"));
        table.insert(n, n, ());
        assert!(table.capacity() <= 2 * capacity);
    }
}

#[test]
#[should_panic(expected = "an entry lives at the slot")]
fn an_entry_is_removed_once() {
    let mut table = Table::new();
    let slot = table.insert(1, 1, ());
    table.remove(slot);
    table.remove(slot);
}

fn find(table: &Table<u32, ()>, n: u32) -> Option<Slot> {
    table.find(n.into(), |&key, ()| key == n)
}

#[test]
fn entries_are_found_while_the_table_becomes_a_large_one_and_small_again() {
    const MANY: u32 = 100_000;
    let mut table = Table::new();
    for n in 0..MANY {
        table.insert(n.into(), n, ());
        assert!(find(&table, n / 2).is_some());
    }
    assert!((0..MANY).all(|n| find(&table, n).is_some()));
    for n in 10..MANY {
        let slot = find(&table, n).expect("it was inserted");
        table.remove(slot);
    }
    table.shrink_to_fit();
    assert!(table.capacity() < 20);
    assert!((0..MANY).all(|n| find(&table, n).is_some() == (n < 10)));
    for n in 10..MANY {
        table.insert(n.into(), n, ());
    }
    assert!((0..MANY).all(|n| find(&table, n).is_some()));
    assert!(table.into_iter().map(|(n, ())| n).eq(0..MANY));
}

/// How many entries one step moves, at most, is what says that no step grows with the table.
#[test]
fn no_step_of_a_large_table_moves_all_entries() {
    for len in [5_000_u32, 7_000, 9_000, 12_000] {
        let mut table: Table<u32, ()> = Table::new();
        for n in 0..len {
            table.insert(n.into(), n, ());
        }
        let mut moves = 0;
        for n in len..20 * len {
            let is_moving = table.entries.is_moving();
            let before = table.entries.left_to_move();
            let slot = find(&table, n - len).expect("it was inserted");
            table.remove(slot);
            table.insert(n.into(), n, ());
            let after = table.entries.left_to_move();
            if is_moving {
                assert!(before - after <= 2 * STEP + 1, "{before} and then {after}");
            } else if after > 0 {
                moves += 1;
            }
        }
        assert!(moves > 0, "{len} entries: nothing was cleaned up");
        assert!(table.into_iter().map(|(n, ())| n).eq(19 * len..20 * len));
    }
}

#[test]
fn in_steady_churn_two_tables_change_places() {
    let mut table = Table::new();
    let mut slots = VecDeque::new();
    let mut churn = |steps: u32, table: &mut Table<u32, ()>| {
        for n in 0..steps {
            let hash = u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            table.insert(hash, n, ());
            slots.push_back((hash, n));
            if slots.len() > 650 {
                let (hash, n) = slots.pop_front().unwrap();
                let slot = table.find(hash, |&key, ()| key == n).unwrap();
                table.remove(slot);
            }
        }
    };
    churn(5_000, &mut table);
    let buckets = table.entries.sizes();
    assert_eq!(buckets[0], buckets[1]);
    for _ in 0..5_000 {
        churn(1, &mut table);
        assert_eq!(table.entries.sizes(), buckets);
    }
    table.shrink_to_fit();
    assert!(table.entries.sizes()[1] <= 1, "nothing is kept after that");
}

#[test]
fn what_is_moved_fits_before_the_table_is_full_again() {
    let mut table = Table::new();
    for n in 0..500_000 {
        if table.entries.room() == 0 {
            assert!(!table.entries.is_moving(), "{n}");
        }
        table.insert(n, n, ());
    }
}

#[test]
fn an_order_is_kept_while_it_is_of_use() {
    let mut table = Table::new();
    for n in 0..1000_u32 {
        table.insert(n.into(), n, ());
    }
    assert!(table.order.is_none());
    let mut cursor = table.cursor();
    let first = table.advance(&mut cursor);
    let first = first.expect("there are some").0;
    table.remove(first);
    table.insert(0, 0, ());
    assert!(table.order.is_some());
    for n in 0..10_000 {
        let slot = find(&table, n % 1000).expect("it was inserted");
        table.remove(slot);
        table.insert((n % 1000).into(), n % 1000, ());
        let lines = table.order.as_ref().map_or(0, Order::len);
        assert!(lines <= 2 * 1000 + 40, "{lines} lines");
    }
    assert!(table.order.is_none());
}

/// The first and the last entry are found in constant time, however many have gone there.
#[test]
fn a_queue_and_a_stack_write_the_order_down_rarely() {
    let mut table = Table::new();
    for n in 0..1000_u32 {
        table.insert(n.into(), n, ());
    }
    for n in 1000..11_000 {
        let mut cursor = table.cursor();
        let first = table.advance(&mut cursor).map(|(slot, ..)| slot);
        assert_eq!(table.remove(first.expect("there are some")).0, n - 1000);
        table.insert(n.into(), n, ());
    }
    assert!(table.orders < 20, "{} orders", table.orders);
    let orders = table.orders;
    for n in (10_000..11_000).rev() {
        let last = table.last().expect("there are some");
        assert_eq!(table.remove(last).0, n);
    }
    assert!(table.orders <= orders + 1);
}

#[test]
fn an_iteration_over_what_few_are_left_of_many_is_short() {
    let mut table = Table::new();
    for n in 0..1000_u32 {
        table.insert(n.into(), n, ());
    }
    assert_eq!(table.iter().len(), 1000);
    for n in 0..990 {
        let slot = find(&table, n).expect("it was inserted");
        table.remove(slot);
    }
    assert!(table.iter().map(|(_, &n, ())| n).eq(990..1000));
    assert_eq!(table.order.as_ref().map(Order::len), Some(10));
}

/// Iterations go on when the numbers of insertions run out and the entries get others.
#[test]
fn cursors_survive_new_numbers() {
    for old in 0..20 {
        let mut table = Table::new();
        for n in 0..10 {
            table.insert(n.into(), n, ());
        }
        table.number = u32::MAX - old;
        for n in 10..20 {
            table.insert(n.into(), n, ());
        }
        let mut cursors: Vec<Cursor> = (0..=20).map(|_| table.cursor()).collect();
        for (passed, cursor) in cursors.iter_mut().enumerate() {
            for n in 0..passed as u32 {
                let next = table.advance(cursor).map(|(_, &key, ())| key);
                assert_eq!(next, Some(n));
            }
        }
        for n in 20..40 {
            table.insert(n.into(), n, ());
        }
        assert_eq!(table.era, 1);
        for (passed, cursor) in cursors.iter_mut().enumerate() {
            for n in passed as u32..20 {
                let next = table.advance(cursor).map(|(_, &key, ())| key);
                assert_eq!(next, Some(n));
            }
            assert_eq!(table.advance(cursor), None);
        }
        assert!(table.into_iter().map(|(n, ())| n).eq(0..40));
    }
}

#[test]
fn a_cursor_that_rests_through_two_times_new_numbers_ends() {
    let mut table = Table::new();
    table.insert(0, 0, ());
    let mut cursor = table.cursor();
    for n in 1..3_u32 {
        table.number = u32::MAX;
        table.insert(n.into(), n, ());
    }
    assert_eq!(table.era, 2);
    assert_eq!(table.advance(&mut cursor), None);
}
