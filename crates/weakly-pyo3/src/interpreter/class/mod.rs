//! Classes that PyO3 makes, and what it does not do for them: functions that the interpreter calls
//! straight, arguments refused with its messages, no end of the process where there is no memory.

pub mod abstract_base;
pub mod arguments;
pub mod attributes;
pub mod fast_method;
pub mod fast_slots;
pub mod instance;
pub mod iteration;
pub mod method_descriptor;
pub mod methods;
pub mod operators;
pub mod slots;
pub(crate) mod trampoline;
pub mod type_name;
pub mod vectorcall;
