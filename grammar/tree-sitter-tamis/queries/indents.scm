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
