use super::*;

#[test]
fn an_entry_of_two_pointers_takes_32_bytes() {
    type Pointer = std::ptr::NonNull<u8>;
    let mut table: Table<Pointer, Pointer> = Table::new();
    table.reserve(1000);
    assert!(table.capacity() >= 1000);
    assert_eq!(entries::size_of_entry::<Pointer, Pointer>(), 32);
}

#[test]
fn removed_slots_are_used_again() {
    let mut table = Table::new();
    let slots: Vec<Slot> = (0..100).map(|n| table.insert(n, n as u32, ())).collect();
    for slot in slots {
        table.remove(slot);
    }
    let capacity = table.capacity();
    for n in 0..10_000 {
        let slot = table.insert(n, n as u32, ());
        table.remove(slot);
    }
    assert_eq!(table.capacity(), capacity);
}

#[test]
fn an_emptied_table_gives_out_its_slots_in_order_again() {
    let mut table = Table::new();
    let slots: Vec<Slot> = (0..10).map(|n| table.insert(n, n, ())).collect();
    for n in [3, 1, 4, 5, 9, 2, 6, 8, 7, 0] {
        table.remove(slots[n]);
    }
    let again: Vec<Slot> = (0..10).map(|n| table.insert(n, n, ())).collect();
    assert_eq!(again, slots);
}

#[test]
#[should_panic(expected = "an entry lives at the slot")]
fn nothing_comes_after_an_entry_that_was_removed() {
    let mut table = Table::new();
    let removed = table.insert(1, 1, ());
    table.insert(2, 2, ());
    table.remove(removed);
    table.after(removed);
}

#[test]
fn entries_are_found_while_the_index_becomes_a_large_one_and_small_again() {
    const MANY: u32 = 100_000;
    let mut table = Table::new();
    let find = |table: &Table<u32, ()>, n: u32| table.find(n.into(), |&key, _| key == n);
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
    assert!((0..MANY).all(|n| find(&table, n).is_some() == (n < 10)));
    for n in 10..MANY {
        table.insert(n.into(), n, ());
    }
    assert!((0..MANY).all(|n| find(&table, n).is_some()));
}

/// A small generator of numbers, the same in each run.
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    }
}

/// Goes through the order and asserts that no two markers are neighbours.
fn assert_markers_are_shared<V>(table: &Table<u32, V>) {
    let entries = &table.entries;
    let mut at = entries.head;
    let mut was_marker = false;
    while let Some(place) = entries.slab.get(at as usize) {
        let is_marker = place.pair.is_none();
        assert!(!(is_marker && was_marker), "two markers side by side");
        was_marker = is_marker;
        at = place.next;
    }
}

#[test]
fn iterations_that_stand_at_the_same_place_share_a_marker() {
    for seed in 0..200 {
        let mut below = numbers(seed);
        let mut table: Table<u32, ()> = Table::new();
        let mut cursors = Vec::new();
        for n in 0..1000 {
            match below(8) {
                0..=2 => drop(table.insert(n.into(), n, ())),
                3 | 4 if !table.is_empty() => {
                    let at = below(table.len());
                    let slot = table.iter().nth(at).map(|it| it.0);
                    table.remove(slot.expect("there are so many"));
                }
                5 => cursors.push(table.cursor()),
                6 if !cursors.is_empty() => {
                    let at = below(cursors.len());
                    table.advance(&mut cursors[at]);
                }
                7 if !cursors.is_empty() => {
                    let cursor = cursors.swap_remove(below(cursors.len()));
                    table.release(cursor);
                }
                _ => {}
            }
            assert_markers_are_shared(&table);
        }
        cursors.into_iter().for_each(|cursor| table.release(cursor));
        assert_eq!(table.entries.markers, 0, "seed {seed}");
    }
}

#[test]
fn an_iteration_beside_a_forgotten_one_takes_no_more_room_each_time() {
    let mut table: Table<u32, ()> = Table::new();
    table.insert(0, 0, ());
    let mut forgotten = table.cursor();
    table.advance(&mut forgotten);
    let mut most = 0;
    for n in 1..1000 {
        let mut others: Vec<_> = (0..4).map(|_| table.cursor()).collect();
        for cursor in &mut others {
            table.insert(n.into(), n, ());
            table.advance(cursor);
            let first = table.iter().next().expect("one was inserted");
            table.remove(first.0);
        }
        others.into_iter().for_each(|cursor| table.release(cursor));
        let markers = table.entries.markers;
        most = if n < 10 { markers.max(most) } else { most };
        assert!(markers <= most, "{markers} after {n} rounds, {most} before");
    }
}
