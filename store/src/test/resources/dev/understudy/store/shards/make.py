# Makes the shards beside it with h5py 3.16: one as it should be, the others as nobody should have to read them.
import zlib

import h5py
import numpy as np

H,W,K=5,7,3
def frame(g, skip=(), **over):
    rng=np.random.default_rng(1)
    d={'class':rng.integers(0,13,(K,H,W),dtype=np.uint8),'probability':rng.integers(0,256,(K,H,W),dtype=np.uint8),
       'entropy':rng.integers(0,256,(H,W),dtype=np.uint8),'agreement':np.full((H,W),255,np.uint8)}
    d.update(over)
    for k,v in d.items():
        if k in skip: continue
        c=(1,)+v.shape[1:] if v.ndim==3 else v.shape
        g.create_dataset(k,data=v,chunks=c,compression='gzip',compression_opts=1)
def new(n): return h5py.File(n+'.h5','w',libver=('v110','v110'))
with new('good') as f: frame(f.create_group('f'))
with new('external-link') as f: f['f']=h5py.ExternalLink('good.h5','/f')
with new('external-dataset') as f:
    g=f.create_group('f'); frame(g,skip=['entropy']); g['entropy']=h5py.ExternalLink('good.h5','/f/entropy')
with new('soft-link') as f:
    frame(f.create_group('g')); f['f']=h5py.SoftLink('/g')
with new('other-size') as f: frame(f.create_group('f'),entropy=np.zeros((H,W+1),np.uint8))
with new('huge-size') as f:
    g=f.create_group('f'); frame(g,skip=['entropy']); g.create_dataset('entropy',shape=(60000,60000),dtype='u1',chunks=(60000,60000),compression='gzip')
with new('signed') as f: frame(f.create_group('f'),entropy=np.zeros((H,W),np.int8))
with new('wide') as f: frame(f.create_group('f'),entropy=np.zeros((H,W),np.uint16))
with new('small-chunks') as f:
    g=f.create_group('f'); frame(g,skip=['entropy']); g.create_dataset('entropy',data=np.zeros((H,W),np.uint8),chunks=(1,W),compression='gzip')
with new('other-filter') as f:
    g=f.create_group('f'); frame(g,skip=['entropy']); g.create_dataset('entropy',data=np.zeros((H,W),np.uint8),chunks=(H,W),compression='lzf')
with new('contiguous') as f:
    g=f.create_group('f'); frame(g,skip=['entropy']); g.create_dataset('entropy',data=np.zeros((H,W),np.uint8))
with new('bomb') as f:
    g=f.create_group('f'); frame(g,skip=['entropy']); e=g.create_dataset('entropy',shape=(H,W),dtype='u1',chunks=(H,W),compression='gzip'); e.id.write_direct_chunk((0,0),zlib.compress(bytes(20_000_000),9))
with new('short') as f:
    g=f.create_group('f'); frame(g,skip=['entropy']); e=g.create_dataset('entropy',shape=(H,W),dtype='u1',chunks=(H,W),compression='gzip'); e.id.write_direct_chunk((0,0),zlib.compress(bytes(3),9))
with new('unwritten-chunk') as f:
    g=f.create_group('f'); frame(g,skip=['entropy']); g.create_dataset('entropy',shape=(H,W),dtype='u1',chunks=(H,W),compression='gzip')
with new('missing-dataset') as f: frame(f.create_group('f'),skip=['agreement'])
with new('missing-frame') as f: frame(f.create_group('other'))
with new('loop') as f: f['f']=f['/']
