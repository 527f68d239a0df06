// As src/precompiled.hpp, for the tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../src/precompiled.hpp"
