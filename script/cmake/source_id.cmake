# Write OUT, a C file with a hash of the sources FILES (paths below ROOT): what decides how a policy is trained. See
# sim/base/source_id.h.
set(all "")
foreach(path IN LISTS FILES)
  file(SHA256 ${ROOT}/${path} hash)
  string(APPEND all "${path} ${hash}\n")
endforeach()
string(SHA256 all "${all}")
string(SUBSTRING ${all} 0 16 id)
set(content "#include \"sim/base/source_id.h\"\n\nconst char vg_source_id[17] = \"${id}\";\n")
file(WRITE ${OUT} "${content}")
