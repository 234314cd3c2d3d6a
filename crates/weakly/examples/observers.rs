//! A list of listeners that forgets those who are gone.
//!
//! A thermometer tells its listeners of each temperature. They are of different types, and none
//! has to take itself off the list; the thermometer keeps none of them alive.
//!
//! ```text
//! 2 listeners
//! display: 21 degrees
//! alarm: it is quiet at 21
//! 1 listener, for the display is gone
//! alarm: 95 degrees is too hot!
//! ```
#![allow(clippy::print_stdout)]

use std::sync::atomic::{AtomicUsize, Ordering};

use weakly::{Strong, WeakValueMap};

trait Listener: Send + Sync {
    fn hear(&self, degrees: i32);
}

struct Display;

impl Listener for Display {
    fn hear(&self, degrees: i32) {
        println!("display: {degrees} degrees");
    }
}

struct Alarm {
    limit: i32,
}

impl Listener for Alarm {
    fn hear(&self, degrees: i32) {
        if degrees > self.limit {
            println!("alarm: {degrees} degrees is too hot!");
        } else {
            println!("alarm: it is quiet at {degrees}");
        }
    }
}

#[derive(Default)]
struct Thermometer {
    /// By the order in which they came.
    listeners: WeakValueMap<usize, dyn Listener>,
    came: AtomicUsize,
}

impl Thermometer {
    fn listen<L: Listener + 'static>(&self, listener: &Strong<L>) {
        let listener = Strong::coerce::<dyn Listener>(listener.clone(), |object| object);
        let number = self.came.fetch_add(1, Ordering::Relaxed);
        self.listeners.insert(number, &listener);
    }

    fn tell(&self, degrees: i32) {
        // Listeners may come and go while they listen: iteration does not mind.
        for listener in self.listeners.values() {
            listener.hear(degrees);
        }
    }
}

fn main() {
    let thermometer = Thermometer::default();
    let display = Strong::new(Display);
    let alarm = Strong::new(Alarm { limit: 90 });
    thermometer.listen(&display);
    thermometer.listen(&alarm);
    println!("{} listeners", thermometer.listeners.len());
    thermometer.tell(21);

    drop(display);
    println!(
        "{} listener, for the display is gone",
        thermometer.listeners.len()
    );
    thermometer.tell(95);
}
