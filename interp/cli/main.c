// The program's entry: everything is in cli_main, so that tests link the same code.
#include "cli/cli.h"

// GnuTLS comes with libcurl, for RTMP and LDAP, which are never spoken (TLS is OpenSSL's). When it is loaded,
// it asks the program by this name, its manual's, whether to stay as it is: its tables take a megabyte.
int _gnutls_global_init_skip(void);
int _gnutls_global_init_skip(void)
{
    return 1;
}

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
