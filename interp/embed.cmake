# Writes the table of base/embed.h: one entry a file, its bytes taken in by the assembler.
# cmake -DROOT=… -DOUT=… -P embed.cmake
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/stdlib/*.lua ${ROOT}/playbooks/*.yaml ${ROOT}/playbooks/*.lua
     ${ROOT}/interp/lab/estate/*)
list(SORT files)
set(text "// Made by embed.cmake; do not edit.\n#include \"base/embed.h\"\n\n")
set(rows "")
set(n 0)
foreach(file IN LISTS files)
    string(APPEND text
        "__asm__(\".section .rodata\\n.balign 16\\n.globl embed_${n}\\n.hidden embed_${n}\\nembed_${n}:\\n.incbin \\\"${ROOT}/${file}\\\"\\n.byte 0\\n.previous\\n\");\n"
        "extern const char embed_${n}[] __attribute__((visibility(\"hidden\")));\n")
    file(SIZE ${ROOT}/${file} size)
    file(SHA256 ${ROOT}/${file} digest)
    string(APPEND rows "    {\"${file}\", embed_${n}, ${size}, \"${digest}\"},\n")
    math(EXPR n "${n} + 1")
endforeach()
string(APPEND text "\nconst struct embed_file embed_files[] = {\n${rows}    {0, 0, 0, 0}};\n"
                   "const size_t embed_file_count = ${n};\n")
file(WRITE ${OUT} "${text}")
