//! The parameters of maps.

use super::map_under_test::MapSettings;

squall_probe::params! {
    /// The parameters of a sharded map.
    pub struct ShardedMapParams {
        shards: u64 = 16, in 1.0..=65536.0, "how many locks share the keys";
        prefill: bool = true, "whether every key is inserted before the load";
        kept: u64 = 4, "one key in so many is never removed, and so has to be found always; 0 for none";
        owned: u64 = 0, in 0.0..=1000000.0, "one key in so many is changed by one worker only, who knows what it holds; 0 for none";
    }
}

squall_probe::params! {
    /// The parameters of a map that has none of its own.
    pub struct MapParams {
        prefill: bool = true, "whether every key is inserted before the load";
        kept: u64 = 4, "one key in so many is never removed, and so has to be found always; 0 for none";
        owned: u64 = 0, in 0.0..=1000000.0, "one key in so many is changed by one worker only, who knows what it holds; 0 for none";
    }
}

impl MapSettings for ShardedMapParams {
    fn prefill(&self) -> bool {
        self.prefill
    }

    fn kept(&self) -> u64 {
        self.kept
    }

    fn owned(&self) -> u64 {
        self.owned
    }
}

impl MapSettings for MapParams {
    fn prefill(&self) -> bool {
        self.prefill
    }

    fn kept(&self) -> u64 {
        self.kept
    }

    fn owned(&self) -> u64 {
        self.owned
    }
}
