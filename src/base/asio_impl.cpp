// Asio's compiled half, once for the whole program.
#include <boost/asio/impl/src.hpp>
