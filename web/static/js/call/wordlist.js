// @ts-check
// 256 things, easy to say and hard to mishear: one byte each. No two begin with the same three letters.
// The place of a word is part of the protocol: never reorder.

export const WORDS = `
  acorn almond amber anchor apple apron arbor arrow aspen attic autumn avenue badger bakery balcony bamboo banjo
  barley basket beaver beetle bell bicycle birch biscuit blanket blossom boat bonnet border bottle branch brick bronze
  bucket butter cabin cactus camel candle carrot castle cedar cello chalk cherry chimney circle clay cliff clover
  coconut coffee compass copper coral cotton cradle cricket crystal curtain cushion cypress dahlia daisy dawn desert
  dolphin donkey dragonfly drum eagle earth echo elbow ember engine envelope evening falcon farm feather fern fiddle
  field finch flannel flute forest fountain fox frost gallery garden gate ginger glacier glove goat granite guitar
  hammer harvest hazel heather hedge heron honey horizon igloo indigo iris island ivory jacket jasmine jelly jigsaw
  journal juniper kayak kettle kite ladder lagoon lake lantern laurel lavender lemon letter lily linen lizard lobster
  lotus magnet mango maple marble meadow melon mirror mitten moon morning mosaic mountain muffin mushroom napkin
  nectar needle nest noodle nutmeg oasis ocean olive onion opal orange orchard otter oval owl oyster paddle palm paper
  parsley pebble pelican pencil pepper piano pigeon pillow pine planet plum pocket pony poppy pottery prairie pumpkin
  puzzle quartz quilt rabbit radish raven ribbon river robin rocket rooster rope ruby saddle salmon sandal saturn
  scarf seal shell silver sky slipper snow sofa sparrow spoon spring squirrel stable stone summer sunflower swan table
  tailor tango teapot temple thistle thunder tiger timber tomato tower trumpet tulip tunnel turtle umbrella valley
  vanilla velvet village violin volcano wagon walnut water weaver whale willow window wolf wren yarn yellow zebra
  zephyr
`.trim().split(/\s+/)
