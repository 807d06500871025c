#include "framework/credential/document.hpp"
