# Writes the table of base/embed.h: one entry a file, its bytes taken in by the assembler, and what stdlib/compile.c makes
# of the library's Lua.
# cmake -DROOT=… -DOUT=… -DCOMPILE=… -P embed.cmake
cmake_minimum_required(VERSION 3.25)
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/stdlib/*.lua ${ROOT}/playbooks/*.yaml ${ROOT}/playbooks/*.lua
     ${ROOT}/interp/lab/estate/* ${ROOT}/interp/report/*.schema.json)
list(SORT files)
set(text "// Made by embed.cmake; do not edit.\n#include \"base/embed.h\"\n\n")
set(rows "")
set(n 0)
cmake_path(GET OUT PARENT_PATH folder)
set(library ${files})
list(FILTER library INCLUDE REGEX "^stdlib/.*\\.lua$")
foreach(file IN LISTS library)
    cmake_path(GET file PARENT_PATH area)
    file(MAKE_DIRECTORY ${folder}/${area})
endforeach()
execute_process(COMMAND ${COMPILE} ${ROOT} ${folder} ${library} COMMAND_ERROR_IS_FATAL ANY)

# One object: the bytes of a file and a NUL.
function(object name path)
    string(APPEND text
        "__asm__(\".section .rodata\\n.balign 16\\n.globl ${name}\\n.hidden ${name}\\n${name}:\\n.incbin \\\"${path}\\\"\\n.byte 0\\n.previous\\n\");\n"
        "extern const char ${name}[] __attribute__((visibility(\"hidden\")));\n")
    set(text "${text}" PARENT_SCOPE)
endfunction()

foreach(file IN LISTS files)
    object(embed_${n} ${ROOT}/${file})
    math(EXPR n "${n} + 1")
endforeach()
set(n 0)
foreach(file IN LISTS files) # what a run reads lies together, apart from the texts that it does not
    file(SIZE ${ROOT}/${file} size)
    file(SHA256 ${ROOT}/${file} digest)
    set(compiled "0, 0")
    if(file IN_LIST library)
        object(compiled_${n} ${folder}/${file}c)
        file(SIZE ${folder}/${file}c compiled_size)
        set(compiled "compiled_${n}, ${compiled_size}")
    endif()
    string(APPEND rows "    {\"${file}\", embed_${n}, ${size}, \"${digest}\", ${compiled}},\n")
    math(EXPR n "${n} + 1")
endforeach()
string(APPEND text "\nconst struct embed_file embed_files[] = {\n${rows}    {0, 0, 0, 0, 0, 0}};\n"
                   "const size_t embed_file_count = ${n};\n")
file(WRITE ${OUT} "${text}")
