; Texts of other languages within rules.
((comment) @injection.content
  (#set! injection.language "comment"))

((comparison
  operator: ["~" "!~"]
  right: (string (string_content) @injection.content))
  (#set! injection.language "regex"))
