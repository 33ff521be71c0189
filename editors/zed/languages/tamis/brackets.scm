; Pairs.
("(" @open ")" @close)
("[" @open "]" @close)
