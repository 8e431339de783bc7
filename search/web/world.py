"""Where a place lies on the map that is served: latitude and longitude in, places on a drawing 1000 wide out. Pure."""

from math import asin, cos, radians, sin, sqrt

HEIGHT = 490
SCALE, MIDDLE = 184.7, (500.0, 243.5)
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796  # of the Equal Earth projection


def place(lat: float, lon: float) -> tuple[float, float]:
    """The place by the Equal Earth projection (Šavrič, Patterson, Jenny 2018), as make-vendor.mjs draws countries."""
    t = asin(sqrt(3) / 2 * sin(radians(lat)))
    slope = A1 + 3 * A2 * t**2 + t**6 * (7 * A3 + 9 * A4 * t**2)
    x = radians(lon) * cos(t) / (sqrt(3) / 2 * slope)
    y = t * (A1 + A2 * t**2 + t**6 * (A3 + A4 * t**2))
    return round(MIDDLE[0] + SCALE * x, 1), round(MIDDLE[1] - SCALE * y, 1)
