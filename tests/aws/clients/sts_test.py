"""AWS STS with boto3."""
import unittest

import support


class StsTest(support.ClientTest):
    def test_a_caller_is_who_its_access_key_says(self):
        identity = self.daemon.client("sts", access_key="123456789012").get_caller_identity()
        self.assertEqual((identity["Account"], identity["Arn"]), ("123456789012", "arn:aws:iam::123456789012:root"))
        self.assertEqual(self.daemon.client("sts").get_caller_identity()["Account"], "000000000000")

    def test_an_assumed_role_is_of_its_account(self):
        sts = self.daemon.client("sts")
        got = sts.assume_role(RoleArn="arn:aws:iam::210987654321:role/team/deploy", RoleSessionName="me")
        self.assertEqual(got["AssumedRoleUser"]["Arn"], "arn:aws:sts::210987654321:assumed-role/deploy/me")
        as_role = self.daemon.client("sts", access_key=got["Credentials"]["AccessKeyId"])
        self.assertEqual(as_role.get_caller_identity()["Account"], "210987654321")

    def test_a_session_token_is_given(self):
        got = self.daemon.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
        self.assertTrue(got["SessionToken"])

    def test_wrong_parameters_are_refused(self):
        sts = self.daemon.client("sts")
        self.refused("ValidationError", sts.assume_role, RoleArn="nonsense-nonsense-nonsense", RoleSessionName="me")
        self.refused("ValidationError", sts.assume_role, RoleArn="arn:aws:iam::210987654321:role/x", RoleSessionName="a b")
        self.refused("ValidationError", sts.get_session_token, DurationSeconds=1)


if __name__ == "__main__":
    unittest.main()
