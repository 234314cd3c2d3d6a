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
