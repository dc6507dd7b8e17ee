import Plotting
import Testing

struct FigureTests {}
