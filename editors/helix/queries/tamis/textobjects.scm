; What `mif` and `maf` select: a rule.
(rule_item condition: (_) @function.inside) @function.around
(let_item value: (_) @entry.inside) @entry.around
(comment) @comment.inside
(call (_) @parameter.inside)
(set (_) @entry.inside)
