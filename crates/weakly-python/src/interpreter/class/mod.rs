//! Classes that PyO3 makes, and what it does not do for them: functions that the interpreter calls
//! straight, arguments refused in its words, no end of the process where there is no memory.

pub(crate) mod abstract_base;
pub(crate) mod arguments;
pub(crate) mod attributes;
pub(crate) mod entry;
pub(crate) mod instance;
pub(crate) mod iteration;
pub(crate) mod methods;
pub(crate) mod operators;
pub(crate) mod shortcut;
pub(crate) mod slots;
pub(crate) mod type_name;
pub(crate) mod vectorcall;
