; Where names are defined and used.
(document) @local.scope
(quantified) @local.scope

(let_item name: (name) @local.definition.constant)
(rule_item name: (name) @local.definition.function)
(quantified variable: (variable) @local.definition.parameter)

(path (name) @local.reference)
