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
