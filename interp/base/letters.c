// Letters beyond ASCII in one case, by the C library's table for UTF-8. Not for ids and keys, which are
// compared as Azure does (text.c). Invariant: what text.c finds the same is the same here.
#include "base/letters.h"

#include <limits.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/text.h"

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

// In the locale of this thread.
static char *fold(struct arena *arena, const char *text)
{
    struct text out = text_new(arena);
    for (size_t left = strlen(text); left > 0;) {
        wchar_t letter = 0;
        char bytes[MB_LEN_MAX];
        size_t length = mbrtowc(&letter, text, left, &(mbstate_t){0});
        if (length == 0 || length > left) {
            length = 1;
            text_addc(&out, *text);
        } else {
            letter = (wchar_t)towlower(towupper((wint_t)letter));
            text_addn(&out, bytes, wcrtomb(bytes, letter, &(mbstate_t){0}));
        }
        text += length;
        left -= length;
    }
    return text_done(&out);
}

const char *letters_fold(struct arena *arena, const char *text)
{
    if (text == NULL || is_ascii(text))
        return text;
    locale_t letters = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
    if (letters == NULL) // the C library knows the letters of ASCII alone
        return text;
    locale_t before = uselocale(letters);
    const char *folded = fold(arena, text);
    uselocale(before);
    freelocale(letters);
    return folded;
}
