; A copy of `grammar/tree-sitter-tamis/queries/folds.scm` by `cargo xtask codegen`; changes here are lost.
; What can be folded where it goes over several lines.
[
  (let_item)
  (rule_item)
  (group)
  (set)
  (call)
  (quantified)
  (comment)+
] @fold
