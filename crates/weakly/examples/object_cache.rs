//! A cache that holds what is in use and cleans itself.
//!
//! Opening a document that is still in use returns the same one. When the last user is done, the
//! document leaves the cache at once: no size to choose, nothing to sweep, no time to live.
//!
//! ```text
//! loading readme
//! both have the same document: true
//! in the cache: ["readme"]
//! loading licence
//! in the cache: ["readme", "licence"]
//! in the cache when the readme is closed: ["licence"]
//! loading readme
//! ```
#![allow(clippy::print_stdout)]

use weakly::{Strong, WeakValueMap};

struct Document {
    text: String,
}

#[derive(Default)]
struct Library {
    open: WeakValueMap<String, Document>,
}

impl Library {
    /// The document called `name`: the one that is open, or a new one.
    fn open(&self, name: &str) -> Strong<Document> {
        self.open.get_or_insert_with(name.to_owned(), || {
            println!("loading {name}");
            Strong::new(Document {
                text: format!("the text of {name}"),
            })
        })
    }

    fn open_names(&self) -> Vec<String> {
        self.open.keys().collect()
    }
}

fn main() {
    let library = Library::default();
    let readme = library.open("readme");
    let again = library.open("readme");
    println!(
        "both have the same document: {}",
        Strong::ptr_eq(&readme, &again)
    );
    println!("in the cache: {:?}", library.open_names());

    let licence = library.open("licence");
    println!("in the cache: {:?}", library.open_names());

    drop((readme, again));
    println!(
        "in the cache when the readme is closed: {:?}",
        library.open_names()
    );
    library.open("readme");
    assert_eq!(licence.text, "the text of licence");
}
