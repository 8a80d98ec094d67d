"""Two tiers of tests, as the Java modules have them (CONTRIBUTING.md)."""

import os
import unittest

slow = unittest.skipUnless(os.environ.get("SLOW_TESTS"), "slow: SLOW_TESTS=1 runs it")
