//! The Rust interface of the crate `atc-router` 1.7.1.
//!
//! The modules and names are those of that crate, so `use atc_router::router::Router;` becomes
//! `use tamis::compat::atc::router::Router;`.
//!
//! ```
//! use tamis_compat::atc::ast::{Type, Value};
//! use tamis_compat::atc::context::Context;
//! use tamis_compat::atc::router::Router;
//! use tamis_compat::atc::schema::Schema;
//! use uuid::Uuid;
//!
//! let mut schema = Schema::default();
//! schema.add_field("http.path", Type::String);
//! schema.add_field("tcp.port", Type::Int);
//!
//! let mut router = Router::new(&schema);
//! let id = Uuid::from_u128(0xa921_a9aa);
//! router.add_matcher(0, id, r#"http.path ^= "/foo" && tcp.port == 80"#)?;
//!
//! let mut context = Context::new(&schema);
//! context.add_value("http.path", Value::String("/foo/bar".to_string()));
//! context.add_value("tcp.port", Value::Int(80));
//! assert!(router.execute(&mut context));
//!
//! let found = context.result.as_ref().ok_or("no result")?;
//! assert_eq!(found.uuid, id);
//! assert_eq!(found.matches.get("http.path"), Some(&Value::String("/foo".to_string())));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Rules are read in the edition `atc` and run on the machine of Tamis, so the verdict is that of atc-router.
//!
//! # What differs on purpose
//!
//! | atc-router 1.7.1 | here |
//! |---|---|
//! | a rule with two blanks in `not  in` panics, and very long or deep rules abort the process | the first is accepted, the others are refused with a reason |
//! | a value of a field that the schema does not have, or of another type, panics in `Context::add_value` | it is left out; [`try_add_value`](context::Context::try_add_value) says why |
//! | comparing two `Value::Regex` panics | they are equal where their patterns are |
//! | captures and matched values of branches that failed or were negated stay in the result | only what the satisfied branches captured is in it |
//! | one mistake is reported, a type error without a place | every mistake is reported, each with its place |
//! | an invalid regular expression is found by `parse` | it is found by `validate`, with the rest of the types |
//! | a regular expression may take 10 MiB | it may take 256 KiB, and all of a rule 1 MiB |
//! | a rule of the default language, such as `a in [1, 2]`, is refused | it is accepted |
//! | the key of a matcher is a `Uuid` | it is whatever has an order: [`Router::keyed`](router::Router::keyed) |
//! | `Value::IpCidr` holds a network of the crate `cidr` | it holds one of the crate `ipnet`, which parses the same texts |
//! | `Expression` is a tree that may be taken apart | it is opaque; the tree is [`analyze`](tamis_types::analysis::analyze)'s |
//! | the maps of a result use the hasher of the crate `fnv` | they are maps of the standard library |

pub mod ast;
mod capture;
pub mod context;
pub mod interpreter;
mod matcher;
pub mod parser;
pub mod router;
pub mod schema;
pub mod semantics;
