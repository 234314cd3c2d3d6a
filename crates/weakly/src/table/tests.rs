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
