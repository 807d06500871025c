#include "framework/credential/obk_description.hpp"
