//! Deaths as items in a queue.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use weakly::{DeathQueue, Finalizer, Strong};

#[test]
fn deaths_come_in_their_order() {
    let queue = DeathQueue::new();
    let objects = [1, 2, 3].map(Strong::new);
    for object in &objects {
        queue.watch(object, **object);
    }
    let [one, two, three] = objects;
    drop(three);
    drop(one);
    assert_eq!((queue.len(), queue.watched()), (2, 1));
    assert_eq!(queue.drain(), [3, 1]);
    drop(two);
    assert_eq!(queue.try_recv(), Some(2));
    assert_eq!(queue.try_recv(), None);
}

#[test]
fn an_object_may_be_watched_several_times() {
    let queue = DeathQueue::new();
    let object = Strong::new(());
    queue.watch(&object, "a");
    let token = queue.watch(&object, "b");
    queue.watch(&object, "c");
    assert_eq!(token.cancel(), Some("b"));
    assert_eq!(token.cancel(), None);
    drop(object);
    assert_eq!(queue.drain(), ["c", "a"], "newest first, as callbacks");
}

#[test]
fn a_token_need_not_be_kept_and_a_queue_need_not_live() {
    let queue = DeathQueue::new();
    let object = Strong::new(());
    let held = Arc::new(());
    let token = queue.watch(&object, Arc::clone(&held));
    drop(queue);
    assert_eq!(Arc::strong_count(&held), 1, "it went with the queue");
    assert!(!token.is_watching() && token.cancel().is_none());
    drop(object);
}

#[test]
fn what_is_held_is_dropped_without_the_lock() {
    struct Asks(DeathQueue<Option<Asks>>);
    impl Drop for Asks {
        fn drop(&mut self) {
            assert_eq!(self.0.len(), 0);
        }
    }
    let queue = DeathQueue::new();
    let object = Strong::new(());
    let token = queue.watch(&object, Some(Asks(queue.clone())));
    drop(token.cancel());
    queue.watch(&object, Some(Asks(queue.clone())));
    drop(object);
    drop(queue.try_recv());
}

#[test]
fn a_thread_waits_for_a_death() {
    let queue = DeathQueue::new();
    let objects: Vec<_> = (0..100).map(Strong::new).collect();
    for object in &objects {
        queue.watch(object, **object);
    }
    let reader = queue.clone();
    let thread = thread::spawn(move || reader.iter().take(100).sum::<i32>());
    drop(objects);
    assert_eq!(thread.join().unwrap(), (0..100).sum());
    assert_eq!(queue.recv_timeout(Duration::ZERO), None);
}

#[test]
fn functions_in_a_queue_run_where_it_is_drained() {
    let queue: DeathQueue<Box<dyn FnOnce() -> u32 + Send>> = DeathQueue::new();
    queue.watch(&Strong::new(()), Box::new(|| 1));
    queue.watch(&Strong::new(()), Box::new(|| 2));
    assert!(queue.try_iter().map(|run| run()).eq([1, 2]));
}

#[test]
fn a_finalizer_of_a_queue_runs_when_it_is_handed_out() {
    let (log, read) = std::sync::mpsc::channel();
    let say = |word: &'static str| {
        let log = log.clone();
        move || {
            let _ = log.send(word); // at exit nobody reads it
        }
    };
    let queue = DeathQueue::new();
    let objects = [1, 2, 3, 4].map(Strong::new);
    let words = ["drained", "called", "detached", "alive"];
    let made = [0, 1, 2, 3].map(|n| queue.finalize(&objects[n], say(words[n])));
    assert_eq!(made[1].call(), Some(()));
    assert!(made[2].detach().is_some());
    assert_eq!(made[0].peek(), Some(objects[0].clone()));

    let [one, two, three, four] = objects;
    drop((one, two, three));
    assert!(made[0].is_alive(), "it has not run yet");
    queue.drain().into_iter().for_each(|finalize| finalize());
    assert_eq!(read.try_iter().collect::<Vec<_>>(), ["called", "drained"]);
    assert_eq!(
        made.map(|finalizer| finalizer.is_alive()),
        [false, false, false, true]
    );
    drop(queue);
    drop(four);
    assert!(
        read.try_recv().is_err(),
        "it waits for the end of the process"
    );
}

#[test]
fn a_finalizer_of_a_queue_may_be_called_where_it_was_queued() {
    let queue = DeathQueue::new();
    let (log, read) = std::sync::mpsc::channel();
    let object = Strong::new(());
    let finalizer: Finalizer<()> = queue.finalize(&object, move || log.send(1).unwrap());
    drop(object);
    assert_eq!(finalizer.call(), Some(()));
    queue.try_recv().unwrap()();
    assert_eq!(read.try_iter().count(), 1);
}
