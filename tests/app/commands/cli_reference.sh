# The page of configuration keys is what script/reference writes.
"$root/script/reference" "$verge" "$PWD/page.md"
diff "$root/docs/configuration.md" page.md > said || fail "docs/configuration.md is out of date: run script/reference"
