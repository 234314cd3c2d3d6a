//! Objects and the references between them, as the garbage collector sees them.

use std::collections::HashSet;
use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use foldhash::fast::FixedState;
use pyo3::ffi::{self, Py_ssize_t};
use pyo3::prelude::*;

use crate::interpreter::alloc::NoMemory;
use crate::interpreter::places::{Places, Vacant};

/// The objects that can be reached from some, and how many references each has from the others.
///
/// A graph keeps none of its objects alive, and reads them as they are. So while it is used no code runs
/// that could change an object: nothing of the interpreter is made or given up.
///
/// What is left out, or is not looked into, errs to the safe side: an object with a reference that was
/// not counted seems to be referred to from outside, so it is alive.
pub(crate) struct Graph {
    nodes: Vec<Node>,
    places: Places,
    most: usize,
    is_full: bool,
    is_out_of_memory: bool,
    /// The object that was added last, or found again: often a class, in each of its instances.
    last: (*mut ffi::PyObject, Place),
    /// The class asked about last, and whether its instances are modules.
    last_class: (*mut ffi::PyTypeObject, bool),
    /// Objects that are known to be alive, whose references are still to be followed.
    to_follow: Vec<Place>,
}

/// Objects by their addresses.
pub(crate) type Addresses = HashSet<usize, FixedState>;

/// Which object of a graph.
pub(crate) type Place = u32;

/// The object whose references are visited.
static VISITED: AtomicU32 = AtomicU32::new(0);

/// Where the object is whose `tp_traverse` a graph has called: for that function.
pub(crate) fn visited() -> Place {
    VISITED.load(Relaxed)
}

struct Node {
    object: *mut ffi::PyObject,
    /// The references from other objects of the graph, and those that were counted by hand.
    counted: Py_ssize_t,
    /// The last object with a frame that refers to it, plus one: see [`has_frame`].
    last_frame: Place,
    is_opaque: bool,
    is_alive: bool,
}

impl Graph {
    /// An empty one, which will not have more than so many objects.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            nodes: Vec::new(),
            places: Places::new(),
            most: most.min(Place::MAX as usize),
            is_full: false,
            is_out_of_memory: false,
            last: (std::ptr::null_mut(), 0),
            last_class: (std::ptr::null_mut(), false),
            to_follow: Vec::new(),
        }
    }

    /// Adds an object, if it can refer to others and there is room for it, and counts a reference to it,
    /// by whoever has it here.
    pub(crate) fn count(&mut self, object: &Py<PyAny>) -> Option<Place> {
        // SAFETY: (15) the object is live.
        let place = unsafe { self.add(object.as_ptr()) }?;
        self.nodes[place as usize].counted += 1;
        Some(place)
    }

    /// Where an object is, by its address.
    pub(crate) fn place(&self, address: usize) -> Option<Place> {
        self.find(address).ok()
    }

    /// # Safety
    ///
    /// The object is live.
    #[inline]
    unsafe fn add(&mut self, object: *mut ffi::PyObject) -> Option<Place> {
        // SAFETY: (17, 21) the caller's promise.
        if !unsafe { can_refer(object) } {
            return None;
        }
        if self.last.0 == object {
            return Some(self.last.1);
        }
        if !self.places.has_room() && self.reserve(2 * self.nodes.len()).is_err() {
            self.is_out_of_memory = true;
            return None;
        }
        let place = match self.find(object.addr()) {
            Ok(place) => place,
            // SAFETY: (17) the caller's promise.
            Err(slot) => unsafe { self.add_new(object, slot) }?,
        };
        self.last = (object, place);
        Some(place)
    }

    /// # Safety
    ///
    /// The object is live.
    #[inline]
    unsafe fn add_new(&mut self, object: *mut ffi::PyObject, slot: Vacant) -> Option<Place> {
        if self.nodes.len() >= self.most {
            self.is_full = true;
            return None;
        }
        // SAFETY: (17) the caller's promise.
        let is_opaque = unsafe { is_opaque(object, &mut self.last_class) };
        self.nodes.push(Node {
            object,
            counted: 0,
            last_frame: 0,
            is_opaque,
            is_alive: false,
        });
        Some(self.places.insert(slot))
    }

    /// Makes room for so many objects in all, and for one more than there are.
    pub(crate) fn reserve(&mut self, len: usize) -> Result<(), NoMemory> {
        let len = len.min(self.most).max(self.nodes.len() + 1);
        let len = len.checked_next_power_of_two().ok_or(NoMemory)?;
        // First: where there is a place, there must be room for the object.
        self.nodes.try_reserve(len - self.nodes.len())?;
        let nodes = &self.nodes;
        self.places
            .grow(len, |place| nodes[place as usize].object.addr())
    }

    #[inline]
    fn find(&self, address: usize) -> Result<Place, Vacant> {
        self.places
            .find(address, |place| self.nodes[place as usize].object.addr())
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there was no room for all objects.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Adds all that can be reached, and counts the references.
    pub(crate) fn complete(&mut self) -> Result<(), NoMemory> {
        let mut at = 0;
        while at < self.nodes.len() {
            // SAFETY: (21) the object is live.
            let has_frame = unsafe { has_frame(self.nodes[at].object) };
            self.visit_references(at as Place, if has_frame { count_once } else { count });
            at += 1;
            if self.is_out_of_memory {
                return Err(NoMemory);
            }
        }
        Ok(())
    }

    /// Whether something outside of the graph refers to an object. An opaque one counts as such.
    pub(crate) fn is_held(&self, place: Place) -> bool {
        let node = &self.nodes[place as usize];
        // SAFETY: (21) the object is live.
        node.is_opaque || unsafe { ffi::Py_REFCNT(node.object) } > node.counted
    }

    /// Marks as alive what is held from outside: [`Graph::next_alive`] tells what follows from it. With
    /// `mortal`, all but these objects are alive too.
    pub(crate) fn mark_held(&mut self, mortal: Option<&Addresses>) -> Result<(), NoMemory> {
        self.to_follow.try_reserve_exact(self.nodes.len())?;
        for place in 0..self.nodes.len() as Place {
            let address = self.nodes[place as usize].object.addr();
            let is_spared = mortal.is_some_and(|mortal| !mortal.contains(&address));
            if is_spared || self.is_held(place) {
                self.mark_alive(place);
            }
        }
        Ok(())
    }

    /// Those that are not alive. Errors: no memory.
    pub(crate) fn dead(&self) -> Result<Addresses, NoMemory> {
        let mut dead = Addresses::default();
        for node in self.nodes.iter().filter(|node| !node.is_alive) {
            dead.try_reserve(1)?;
            dead.insert(node.object.addr());
        }
        Ok(dead)
    }

    pub(crate) fn is_alive(&self, place: Place) -> bool {
        self.nodes[place as usize].is_alive
    }

    /// Whether an object may be a constant of some code. A frame may refer to it with a borrowed
    /// reference: see [`has_frame`]. Of the types of constants only this one can be weakly referenced.
    pub(crate) fn may_be_constant(&self, place: Place) -> bool {
        let object = self.nodes[place as usize].object;
        // SAFETY: (21) the object is live.
        cfg!(Py_3_14) && unsafe { ffi::PyFrozenSet_CheckExact(object) } != 0
    }

    /// Marks an object as alive.
    pub(crate) fn mark_alive(&mut self, place: Place) {
        let node = &mut self.nodes[place as usize];
        if !node.is_alive {
            node.is_alive = true;
            // Each object comes here once, and there is room for all.
            self.to_follow.push(place);
        }
    }

    /// The next object of those that are alive; what it refers to is marked too. Each comes once.
    pub(crate) fn next_alive(&mut self) -> Option<Place> {
        let place = self.to_follow.pop()?;
        self.visit_references(place, mark);
        Some(place)
    }

    /// Calls `visit` with each object that one refers to, unless it is opaque.
    fn visit_references(&mut self, place: Place, visit: ffi::visitproc) {
        let node = &self.nodes[place as usize];
        if node.is_opaque {
            return;
        }
        let object = node.object;
        VISITED.store(place, Relaxed);
        // SAFETY: (21) the object is live and known to the collector, which calls the same function in
        // the same way.
        unsafe {
            if let Some(traverse) = (*ffi::Py_TYPE(object)).tp_traverse {
                traverse(object, visit, (&raw mut *self).cast());
            }
        }
    }
}

unsafe extern "C" fn count(object: *mut ffi::PyObject, graph: *mut c_void) -> c_int {
    // SAFETY: (2, 21) `visit_references` hands its graph on, which nobody else uses; the object is live.
    unsafe {
        let graph = &mut *graph.cast::<Graph>();
        if let Some(place) = graph.add(object) {
            graph.nodes[place as usize].counted += 1;
        }
        c_int::from(graph.is_out_of_memory)
    }
}

/// As [`count`], but of several references from one object it counts the first.
unsafe extern "C" fn count_once(object: *mut ffi::PyObject, graph: *mut c_void) -> c_int {
    // SAFETY: (2, 21) as in `count`.
    unsafe {
        let graph = &mut *graph.cast::<Graph>();
        if let Some(place) = graph.add(object) {
            let node = &mut graph.nodes[place as usize];
            let frame = visited() + 1;
            node.counted += Py_ssize_t::from(node.last_frame != frame);
            node.last_frame = frame;
        }
        c_int::from(graph.is_out_of_memory)
    }
}

unsafe extern "C" fn mark(object: *mut ffi::PyObject, graph: *mut c_void) -> c_int {
    // SAFETY: (2, 21) as in `count`.
    unsafe {
        let graph = &mut *graph.cast::<Graph>();
        if let Some(place) = graph.place(object.addr()) {
            graph.mark_alive(place);
        }
    }
    0
}

/// Whether an object may refer to others: what `PyObject_IS_GC` says, without a call.
///
/// # Safety
///
/// The object is live.
#[inline]
unsafe fn can_refer(object: *mut ffi::PyObject) -> bool {
    // SAFETY: (17, 21) the caller's promise; to ask the type runs no code.
    unsafe {
        let class = ffi::Py_TYPE(object);
        ffi::PyType_HasFeature(class, ffi::Py_TPFLAGS_HAVE_GC) != 0
            && (*class).tp_is_gc.is_none_or(|is_gc| is_gc(object) != 0)
    }
}

/// Whether an object is a generator or a coroutine. From CPython 3.14 on, what its frame computes with may
/// be borrowed from its variables: `tp_traverse` shows such a reference to all but the collector, and
/// nothing tells which it is. So of several references to one object only the first is certain.
///
/// # Safety
///
/// The object is live.
unsafe fn has_frame(object: *mut ffi::PyObject) -> bool {
    // SAFETY: (17, 20) the caller's promise; the types are static, and have no subclasses.
    unsafe {
        let class = ffi::Py_TYPE(object);
        cfg!(Py_3_14)
            && (class == &raw mut ffi::PyGen_Type
                || class == &raw mut ffi::PyCoro_Type
                || class == &raw mut ffi::PyAsyncGen_Type)
    }
}

/// Whether an object is not looked into. Either the collector does not know it, and its fields may not
/// be what they should. Or it leads to most of the program: a module, its namespace, or a class, unless
/// that was made by a function when it ran.
///
/// # Safety
///
/// The object is live.
unsafe fn is_opaque(
    object: *mut ffi::PyObject,
    last_class: &mut (*mut ffi::PyTypeObject, bool),
) -> bool {
    // SAFETY: (16, 17, 21) the caller's promise; all that is asked runs no code.
    unsafe {
        if ffi::PyObject_GC_IsTracked(object) == 0 {
            return true;
        }
        if ffi::PyType_Check(object) != 0 {
            return !is_local_class(object.cast());
        }
        if ffi::PyDict_CheckExact(object) != 0 {
            return is_namespace(object);
        }
        let class = ffi::Py_TYPE(object);
        if last_class.0 != class {
            *last_class = (class, ffi::PyModule_Check(object) != 0);
        }
        last_class.1
    }
}

/// Whether a class was made in a function.
///
/// # Safety
///
/// The class is live.
unsafe fn is_local_class(class: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: (16, 17) the caller's promise. A heap type has this struct, in which its name is a string.
    unsafe {
        if ffi::PyType_HasFeature(class, ffi::Py_TPFLAGS_HEAPTYPE) == 0 {
            return false;
        }
        let name = (*class.cast::<ffi::PyHeapTypeObject>()).ht_qualname;
        !name.is_null() && text(name).windows(LOCALS.len()).any(|part| part == LOCALS)
    }
}

const LOCALS: &[u8] = b"<locals>";

/// Whether a `dict` is the namespace of a module: its first key is `__name__`, or `__builtins__` is one of
/// the first. To look a key up could run code.
///
/// # Safety
///
/// The `dict` is live.
unsafe fn is_namespace(dict: *mut ffi::PyObject) -> bool {
    let (mut at, mut key) = (0, std::ptr::null_mut());
    for number in 0..12 {
        // SAFETY: (16, 17) the caller's promise; nothing changes the `dict` meanwhile.
        unsafe {
            if ffi::PyDict_Next(dict, &raw mut at, &raw mut key, std::ptr::null_mut()) == 0 {
                return false;
            }
            let is = |name: &[u8]| ffi::PyUnicode_CheckExact(key) != 0 && text(key) == name;
            if number == 0 && is(b"__name__") || is(b"__builtins__") {
                return true;
            }
        }
    }
    false
}

/// The text of a string, or nothing if it cannot be had.
///
/// # Safety
///
/// The string is live, and outlives the result.
unsafe fn text<'a>(string: *mut ffi::PyObject) -> &'a [u8] {
    let mut len = 0;
    // SAFETY: (16, 17) the caller's promise; a string keeps its text as long as it lives.
    unsafe {
        let text = ffi::PyUnicode_AsUTF8AndSize(string, &raw mut len);
        if text.is_null() {
            ffi::PyErr_Clear();
            return &[];
        }
        std::slice::from_raw_parts(text.cast(), len as usize)
    }
}
