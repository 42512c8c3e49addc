# stdlib/REFERENCE.md is what the declarations say. Make it again: playbook primitives --markdown >stdlib/REFERENCE.md
"$program" primitives --markdown | diff -u ../../stdlib/REFERENCE.md - && echo "stdlib/REFERENCE.md is up to date"
