//! Owners and interned values are serialized as their values, with the crate serde.

use std::hash::{BuildHasher, Hash};

use ::serde::de::DeserializeSeed;
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::interner::{Interned, Interner};
use crate::local;
use crate::strong::Strong;

macro_rules! serialized_as_the_value {
    ($owner:ident) => {
        /// Serializes the value. Two owners of one value become two values.
        impl<T: ?Sized + Serialize> Serialize for $owner<T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                (**self).serialize(serializer)
            }
        }

        /// Makes the first owner of a new value.
        impl<'de, T: ?Sized> Deserialize<'de> for $owner<T>
        where
            Box<T>: Deserialize<'de> + Into<Self>,
        {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Box::deserialize(deserializer).map(Into::into)
            }
        }
    };
}

serialized_as_the_value!(Strong);

/// The same for the owners of one thread.
mod of_one_thread {
    use super::*;
    use local::Strong;

    serialized_as_the_value!(Strong);
}

/// Serializes the value. To read it again, give the interner as seed.
impl<T: ?Sized + Serialize + 'static> Serialize for Interned<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

/// Interns what is read. O(1) and what reading costs.
///
/// For a field, name a function:
///
/// ```
/// use std::sync::LazyLock;
/// use serde::Deserialize;
/// use serde::de::{DeserializeSeed, Deserializer};
/// use weakly::{Interned, Interner};
///
/// static NAMES: LazyLock<Interner<str>> = LazyLock::new(Interner::new);
///
/// fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Interned<str>, D::Error> {
///     NAMES.deserialize(deserializer)
/// }
///
/// #[derive(Deserialize)]
/// struct Employee {
///     #[serde(deserialize_with = "name")]
///     name: Interned<str>,
/// }
///
/// let employee: Employee = serde_json::from_str(r#"{"name": "William"}"#).unwrap();
/// assert_eq!(employee.name, NAMES.intern("William"));
/// ```
impl<'de, T, S> DeserializeSeed<'de> for &Interner<T, S>
where
    T: ?Sized + Hash + Eq + Send + Sync + 'static,
    Box<T>: Deserialize<'de>,
    S: BuildHasher,
{
    type Value = Interned<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Interned<T>, D::Error> {
        Box::deserialize(deserializer).map(|value| self.intern(value))
    }
}
