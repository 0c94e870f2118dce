/* What single values must look like. Each is true where the text is in order; all take any text. */
#pragma once

#include <stdbool.h>

/* What text_is_word() takes, for errors. */
#define CONF_A_WORD "one word of letters, digits, '.', '_' and '-'"

bool conf_check_any(const char *text);
bool conf_check_name(const char *text);      /* not empty */
bool conf_check_glob(const char *text);      /* for addresses and logins: not empty, no blank, at most 1,000 bytes */
bool conf_check_ip_glob(const char *text);   /* characters of IP addresses, '*' and '?' */
bool conf_check_header(const char *text);    /* "Name: glob", the name as RFC 5322 has it */
bool conf_check_address(const char *text);   /* an IP address */
bool conf_check_server(const char *text);    /* "host:port", "[address]:port" */
bool conf_check_socket(const char *text);    /* "unix:path", "inet:port@host", "inet6:port@host" */
bool conf_check_store(const char *text);     /* "sqlite:path" */
bool conf_check_absolute(const char *text);  /* an absolute path */
bool conf_check_user(const char *text);      /* a word other than root */
bool conf_check_attribute(const char *text); /* a word or "*" */
bool conf_check_locale(const char *text);    /* "pl", "pl-PL", "zh_Hant_TW" */
