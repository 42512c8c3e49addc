// Comparing names whose letters may be beyond ASCII. Not for ids and keys, which are compared as Azure does
// (text.c). Invariant: what text.c finds the same is the same here.
#include "base/letters.h"

#include <locale.h>
#include <stddef.h>
#include <string.h>
#include <wctype.h>

#include "base/text.h"

// The next character, in one case; 0: there is none. A byte that is no UTF-8 is itself and nothing else.
static unsigned next(const char **text, locale_t letters)
{
    unsigned code = 0;
    size_t length = text_utf8(*text, strnlen(*text, 4), &code);
    if (length == 0 && **text != '\0') {
        code = 0x110000u + (unsigned char)**text;
        length = 1;
    }
    *text += length;
    if (length == 0 || code > 0x10FFFF)
        return code;
    if (code < 0x80)
        return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
    return letters == NULL ? code : towlower_l(towupper_l(code, letters), letters);
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

// NULL where neither text wants it. Without it the C library knows the letters of ASCII alone.
static locale_t letters_of(const char *a, const char *b)
{
    return is_ascii(a) && is_ascii(b) ? NULL : newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
}

static void letters_end(locale_t letters)
{
    if (letters != NULL)
        freelocale(letters);
}

const char *letters_behind(const char *text, const char *prefix)
{
    const char *rest = text;
    locale_t letters = letters_of(text, prefix);
    for (unsigned wanted; rest != NULL && (wanted = next(&prefix, letters)) != 0;)
        if (next(&rest, letters) != wanted)
            rest = NULL;
    letters_end(letters);
    return rest;
}

bool letters_same(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return false;
    const char *rest = letters_behind(a, b);
    return rest != NULL && *rest == '\0';
}

static bool fits(const char *pattern, const char *text, locale_t letters)
{
    const char *star = NULL, *mark = NULL;
    for (;;) {
        const char *at = text, *then = pattern;
        unsigned is = next(&at, letters), wanted = next(&then, letters);
        if (is == 0)
            break;
        if (wanted == '*') {
            star = pattern = then;
            mark = text;
        } else if (wanted != 0 && (wanted == '?' || wanted == is)) {
            pattern = then;
            text = at;
        } else if (star != NULL && next(&mark, letters) != 0) {
            pattern = star;
            text = mark;
        } else {
            return false;
        }
    }
    pattern += strspn(pattern, "*");
    return *pattern == '\0';
}

bool letters_glob(const char *pattern, const char *text)
{
    if (text_glob(pattern, text))
        return true;
    locale_t letters = letters_of(pattern, text);
    bool same = letters != NULL && fits(pattern, text, letters);
    letters_end(letters);
    return same;
}
