#include "daemon/credentials.hpp"

#include <gtest/gtest.h>

namespace faasd::daemon {
namespace {

TEST(Credentials, are_those_of_every_profile_that_has_both) {
    const auto all = parse_credentials(
        "[default]\naws_access_key_id=AKIA1\naws_secret_access_key = secret/1+=\n\n"
        "# a comment\n[work]\r\naws_access_key_id = AKIA2\r\naws_secret_access_key = secret2\r\nregion = eu-central-1\r\n"
        "[half]\naws_access_key_id = AKIA3\n[other]\naws_secret_access_key = secret4\n");
    EXPECT_EQ(all, (Credentials{{"AKIA1", "secret/1+="}, {"AKIA2", "secret2"}}));
}

TEST(Credentials, of_a_file_that_is_none_are_none) {
    EXPECT_TRUE(parse_credentials("").empty());
    EXPECT_TRUE(parse_credentials("=\n[\n]=\naws_access_key_id").empty());
}

}  // namespace
}  // namespace faasd::daemon
