; Where names are defined and used.
[(document) (quantified)] @local.scope
(quantified variable: (variable) @local.definition.variable.parameter)
