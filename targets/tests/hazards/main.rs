//! The containers of the hazard catalogue: each answers like the standard library's when one thread uses it, the repairs
//! keep their word when many do, and each hazard's window does what its docs say.

mod growth;
mod header;
mod bounds;
mod iteration;
mod judged;
mod lazy;
mod once;
mod aba;
mod address;
mod alias;
mod lifetime;
mod words;
mod shards;
mod slots;
mod threads;
