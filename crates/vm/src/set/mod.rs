//! Rules by the thousand: which of them a request matches, without asking each.
//!
//! ```
//! use tamis_lang::catalog::Catalog;
//! use tamis_lang::value::Value;
//! use tamis_types::analysis::{Options, analyze};
//! use tamis_vm::set::{Memory, RuleSet};
//! use tamis_vm::{Fact, Facts, FieldRef, compile};
//!
//! struct Response {
//!     status: i64,
//!     host: &'static str,
//! }
//!
//! impl Facts for Response {
//!     fn get(&self, field: &FieldRef) -> Fact<'_> {
//!         match &*field.name {
//!             "http.response.status_code" => Fact::One(Value::Int(self.status)),
//!             "proxy.kong.request.host" => Fact::One(Value::String(self.host.as_bytes())),
//!             _ => Fact::Absent,
//!         }
//!     }
//! }
//!
//! let catalog = Catalog::shipped("kong").unwrap();
//! let compiled = |rule: &str| compile(analyze(rule, &catalog, &Options::default()).rules()[0].checked().unwrap());
//!
//! let mut set = RuleSet::new();
//! let broken = set.insert(&compiled("http.response.status_code >= 500"), 0).unwrap();
//! let shop = set.insert(&compiled(r#"proxy.kong.request.host == "shop.example""#), 10).unwrap();
//!
//! let mut memory = Memory::default();
//! let request = Response { status: 503, host: "shop.example" };
//! assert_eq!(set.matches(&request, &mut memory), [broken, shop]);
//! assert_eq!(set.first_match(&request, &mut memory), Some(shop));
//!
//! set.remove(shop);
//! assert_eq!(set.matches(&request, &mut memory), [broken]);
//! ```

mod arriving;
mod asking;
mod code;
mod condition;
mod conditions;
mod core;
mod cut;
mod hash;
mod index;
mod keys;
mod memory;
mod postings;
mod rule_set;
mod shared;
mod slab;
mod table;
mod translate;
mod within;

pub use arriving::{SetEvaluation, Tally};
pub use memory::Memory;
pub use rule_set::{Full, RuleId, RuleSet};
pub use shared::SharedRuleSet;
