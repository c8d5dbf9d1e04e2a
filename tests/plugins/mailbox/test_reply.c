#include "plugins/mailbox/folder.h"
#include "plugins/mailbox/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool read_status(const char *text, struct mailbox_status *status)
{
    return reply_read_status(text, strlen(text), status);
}

static size_t read_search(const char *text, uint32_t least, uint32_t *uids, size_t capacity)
{
    return reply_read_search(text, strlen(text), least, uids, capacity);
}

static void a_status_is_read_in_any_order(void **state)
{
    (void)state;
    struct mailbox_status status;
    assert_true(read_status("* STATUS INBOX (UIDNEXT 7 UIDVALIDITY 1234567890)\r\n", &status));
    assert_int_equal(status.next, 7);
    assert_int_equal(status.validity, 1234567890);
    assert_false(read_status("* STATUS INBOX (UIDNEXT 7)\r\n", &status));
    assert_false(read_status("* STATUS INBOX (UIDNEXT 0 UIDVALIDITY 4)\r\n", &status));
    assert_false(read_status("* STATUS INBOX (UIDNEXT 99999999999 UIDVALIDITY 4)\r\n", &status));
    assert_false(read_status("", &status));
}

static void a_search_gives_the_lowest_uids_sorted_and_once(void **state)
{
    (void)state;
    uint32_t uids[3];
    assert_int_equal(read_search("* SEARCH 9 2 5 5 11 4\r\n", 4, uids, 3), 3);
    assert_int_equal(uids[0], 4);
    assert_int_equal(uids[1], 5);
    assert_int_equal(uids[2], 9);
    assert_int_equal(read_search("* SEARCH\r\n", 1, uids, 3), 0);
    assert_int_equal(read_search("* SEARCH 3\r\n* SEARCH 1 2\r\n", 1, uids, 3), 3);
    assert_int_equal(uids[0], 1);
    assert_int_equal(read_search("* SEARCH 1 x 2\r\n* OK 7\r\n", 1, uids, 3), 1);
    assert_int_equal(read_search("* SEARCH 4294967295 4294967296", 1, uids, 3), 1);
}

static void a_folder_is_written_as_imap_wants_it(void **state)
{
    (void)state;
    struct buffer address = BUFFER_INIT, command = BUFFER_INIT;
    struct error error = ERROR_INIT;
    assert_true(folder_encode("Réports \"A\"/ö", &address, &command, &error));
    assert_string_equal(address.bytes, "R%26AOk-ports%20%22A%22%2F%26APY-");
    assert_string_equal(command.bytes, "STATUS \"R&AOk-ports \\\"A\\\"/&APY-\" (UIDVALIDITY UIDNEXT)");
    assert_false(folder_encode("a\r\nb", &address, &command, &error));
    assert_false(folder_encode("\xff", &address, &command, &error));
    buffer_free(&address);
    buffer_free(&command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_is_read_in_any_order),
        cmocka_unit_test(a_search_gives_the_lowest_uids_sorted_and_once),
        cmocka_unit_test(a_folder_is_written_as_imap_wants_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
