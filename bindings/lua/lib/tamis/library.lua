-- The library of Tamis, loaded once, and its declarations.
local ffi = require("ffi")

ffi.cdef(require("tamis.cdef"))

local NAME = "libtamis_ffi"

-- `package.cpath` tells where libraries of Lua are, and this one is found the same way.
local function find()
    local extension = ffi.os == "OSX" and "%.dylib" or "%.so"
    for template in package.cpath:gmatch("[^;]+") do
        if template:find("?", 1, true) then
            local path = template:gsub("%?", NAME)
            if not path:find(extension .. "$") then
                path = path .. extension:gsub("%%", "")
            end
            local file = io.open(path, "rb")
            if file then
                file:close()
                return path
            end
        end
    end
    -- Where the system keeps its libraries.
    return NAME:gsub("^lib", "")
end

local library = ffi.load(find())

-- The version in the declarations is that of the header.
local expected = require("tamis.version")
local found = library.tamis_abi_version()
if found ~= expected then
    error("tamis: the library has version " .. found .. " of the interface, and these modules need " .. expected)
end

return library
