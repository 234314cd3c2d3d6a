#![doc = include_str!("../../docs/ephemerons.md")]
