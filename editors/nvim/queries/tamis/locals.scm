; A copy of `grammar/tree-sitter-tamis/queries/locals.scm` by `cargo xtask codegen`; changes here are lost.
; Where names are defined and used.
(document) @local.scope
(quantified) @local.scope

(let_item name: (name) @local.definition.constant)
(rule_item name: (name) @local.definition.function)
(quantified variable: (variable) @local.definition.parameter)

(path (name) @local.reference)
