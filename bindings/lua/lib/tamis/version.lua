-- The version of the interface in `tamis/cdef.lua`, generated from `crates/ffi`.
return 1
