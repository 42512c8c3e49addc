// Quotes and breaks commands. Nothing is run here. Invariant: what is printed means exactly the given words
// to a POSIX shell (hidden characters excepted, which a terminal must not get).
#include "report/shell.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "report/wrap.h"

void shell_add_word(struct text *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_-+=:,./";
    struct text safe = text_new(out->arena);
    text_add_terminal(&safe, word);
    if (safe.length > 0 && strspn(safe.ptr, plain) == safe.length) {
        text_add(out, safe.ptr);
        return;
    }
    text_addc(out, '\'');
    for (const char *s = safe.ptr; *s != '\0'; s++)
        if (*s == '\'')
            text_add(out, "'\\''");
        else
            text_addc(out, *s);
    text_addc(out, '\'');
}

// An option and its argument stay on one line.
static bool takes_next(const char *const *words, size_t i)
{
    return strncmp(words[i], "--", 2) == 0 && words[i + 1] != NULL && strncmp(words[i + 1], "-", 1) != 0;
}

void shell_add_command(struct text *out, const char *const *words, int indent, int width)
{
    int column = 0;
    for (size_t i = 0; words[i] != NULL; i++) {
        struct text word = text_new(out->arena);
        shell_add_word(&word, words[i]);
        if (i > 0 && takes_next(words, i)) {
            text_addc(&word, ' ');
            shell_add_word(&word, words[++i]);
        }
        int needs = wrap_width(word.ptr);
        if (i > 0 && column + 1 + needs > width - 2) {
            text_add(out, " \\\n");
            column = 0;
        }
        int margin = i == 0 ? indent : column == 0 ? indent + 4 : 1;
        text_addf(out, "%*s%s", margin, "", word.ptr);
        column += margin + needs;
    }
    text_addc(out, '\n');
}
