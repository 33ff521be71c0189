; A copy of `grammar/tree-sitter-tamis/queries/indents.scm` by `cargo xtask codegen`; changes here are lost.
; Indentation, as Neovim reads it.
[
  (group)
  (set)
  (call)
  (quantified)
] @indent.begin

[
  (let_item)
  (rule_item)
] @indent.begin

[")" "]"] @indent.branch @indent.end

(comment) @indent.ignore
