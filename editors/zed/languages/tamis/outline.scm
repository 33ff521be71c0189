; The outline: the items of a file.
(let_item "let" @context name: (name) @name) @item
(rule_item "rule" @context name: (name) @name) @item
