// Places in source texts: every value, step and message knows the file, line and column that it comes from.
#pragma once

// line and column count from 1, columns in characters (not bytes); line 0: no place inside the file is known.
struct src_pos {
    const char *file; // as the user knows it; lives as long as the text that it names; NULL: no file
    int line;
    int column;
};
