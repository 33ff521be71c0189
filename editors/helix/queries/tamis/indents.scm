; Indentation.
[(group) (set) (call) (quantified) (let_item) (rule_item)] @indent
[")" "]"] @outdent
