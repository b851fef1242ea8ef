"""Which car a message is about: named in it, else the only one in the file. Never asked when it is known."""

from bot.catalogue import CarModel
from bot.customer import Vehicle
from bot.ports import Read
from bot.understanding.understand import Understanding


def own_car(understood: Understanding, read: Read) -> Vehicle | None:
    """The car of the file that is meant; None when there are several and none was named, or none at all."""
    cars = read.vehicles()
    plate, model = str(understood.slots.get("plate", "")), str(understood.slots.get("model", ""))
    named = [car for car in cars if (plate and plate in car.plate.replace("·", "")) or (model and model in car.model)]
    if len(named) == 1:
        return named[0]
    return cars[0] if len(cars) == 1 and not (plate or model) else None


def model_of(understood: Understanding, read: Read) -> CarModel | None:
    """The model as the catalogue has it: of the words, else of the car in the file."""
    catalogue = read.content().catalogue
    if said := str(understood.slots.get("model", "")):
        return catalogue.find(said)
    car = own_car(understood, read)
    return catalogue.find(car.model) if car else None
